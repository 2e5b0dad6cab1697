<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Mien</name>
    <message>
        <source>&amp;Cameras</source>
        <translation>摄像头(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>关闭(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Cursor</source>
        <translation>光标(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Demo</source>
        <translation>演示(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Notes</source>
        <translation>笔记(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open recording …</source>
        <translation>打开录制(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Recording</source>
        <translation>录制(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Session</source>
        <translation>会话(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Source</source>
        <translation>来源(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>A note; Enter keeps it, Esc leaves</source>
        <translation>笔记；按 Enter 保存，按 Esc 退出</translation>
    </message>
    <message>
        <source>A note; Enter marks, Esc leaves</source>
        <translation>备注；按 Enter 添加标记，按 Esc 退出</translation>
    </message>
    <message>
        <source>About Mien</source>
        <translation>关于 Mien</translation>
    </message>
    <message>
        <source>Add a note …</source>
        <translation>添加笔记…</translation>
    </message>
    <message>
        <source>Address of the stream (http, https or rtsp):</source>
        <translation>视频流地址（http、https 或 rtsp）：</translation>
    </message>
    <message>
        <source>An error in Mien</source>
        <translation>Mien 出错</translation>
    </message>
    <message>
        <source>An expression is not a feeling. Mien names what a face looks like, not what a person feels, thinks or intends.</source>
        <translation>表情不等于感受。Mien 描述的是面部看起来的样子，而不是一个人的感受、想法或意图。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Ask the people in view before you read or record their faces.</source>
        <translation>在识别或录制他人面部之前，请先征得画面中的人同意。</translation>
    </message>
    <message>
        <source>Attended region</source>
        <translation>关注区域</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Automatic takes the graphics card where it can be used. Used from the next start.</source>
        <translation>“自动”会在显卡可用时使用显卡。下次启动时生效。</translation>
    </message>
    <message>
        <source>Average brightness of the face: 0 is black, 255 is white.</source>
        <translation>人脸的平均亮度：0 为黑，255 为白。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Bar: smoothed over time. Tick: this frame alone, as the network gave it.</source>
        <translation>条形：随时间平滑后的值。刻线：仅当前帧的值，即神经网络的原始输出。</translation>
    </message>
    <message>
        <source>Before you read faces</source>
        <translation>识别人脸之前</translation>
    </message>
    <message>
        <source>Begin at the cursor</source>
        <translation>从光标处开始</translation>
    </message>
    <message>
        <source>Below it the face is called uncertain instead of naming an emotion.</source>
        <translation>低于此值时显示“不确定”，不给出情绪。</translation>
    </message>
    <message>
        <source>Beside the numbers, from the next recording on: about 190 MB a minute at 720p. Where faces are made unrecognisable in view, they are so in it, too.</source>
        <translation>与数值一起保存，从下一次录制开始：720p 时每分钟约 190 MB。画面中遮挡人脸时，视频中的人脸也无法辨认。</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>遮蔽人脸</translation>
    </message>
    <message>
        <source>Brighter than</source>
        <translation>亮于</translation>
    </message>
    <message>
        <source>Bring back the settings as they were before the reset</source>
        <translation>恢复重置之前的设置</translation>
    </message>
    <message>
        <source>Browse …</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV 文件 (*.csv)</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Calibrated</source>
        <translation>已校准</translation>
    </message>
    <message>
        <source>Calibration failed</source>
        <translation>校准失败</translation>
    </message>
    <message>
        <source>Calibration undone</source>
        <translation>已撤销校准</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Camera back</source>
        <translation>摄像头恢复</translation>
    </message>
    <message>
        <source>Camera lost</source>
        <translation>摄像头丢失</translation>
    </message>
    <message>
        <source>Camera {index}</source>
        <translation>摄像头 {index}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Change the settings</source>
        <translation>更改设置</translation>
    </message>
    <message>
        <source>Change the text of the chosen note</source>
        <translation>修改所选笔记的文字</translation>
    </message>
    <message>
        <source>Choose no span, or close the message</source>
        <translation>取消所选片段，或关闭消息</translation>
    </message>
    <message>
        <source>Choose the folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Choose what to read</source>
        <translation>选择要识别的画面来源</translation>
    </message>
    <message>
        <source>Chosen span</source>
        <translation>所选片段</translation>
    </message>
    <message>
        <source>Click a face to follow it</source>
        <translation>单击人脸即可跟随</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>关闭消息</translation>
    </message>
    <message>
        <source>Close the message (Esc)</source>
        <translation>关闭消息 (Esc)</translation>
    </message>
    <message>
        <source>Close this window</source>
        <translation>关闭此窗口</translation>
    </message>
    <message>
        <source>Computation</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy all of this, with the whole sha256</source>
        <translation>复制以上全部内容，含完整的 sha256</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Darker than</source>
        <translation>暗于</translation>
    </message>
    <message>
        <source>Delete the chosen note</source>
        <translation>删除所选笔记</translation>
    </message>
    <message>
        <source>Delete the note</source>
        <translation>删除笔记</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Do not decide about people by it: not at work, in school, in hiring or in medicine. In the European Union inferring emotions at work and in education is prohibited (Regulation (EU) 2024/1689, Article 5(1)(f)).</source>
        <translation>请勿用它对人作出决定：无论在工作、学校、招聘还是医疗中。在欧盟，禁止在工作场所和教育中推断情绪（条例 (EU) 2024/1689 第 5 条第 1 款 (f) 项）。</translation>
    </message>
    <message>
        <source>Dropped</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Each face in view gets a card here: its expression, how sure the network is, and where it looked.</source>
        <translation>画面中的每张人脸都会在此显示一张卡片：其表情、神经网络的把握程度以及关注的位置。</translation>
    </message>
    <message>
        <source>Each recording gets a new folder in it. Leave it empty for the usual place.</source>
        <translation>每次录制都会在其中新建一个文件夹。留空则使用默认位置。</translation>
    </message>
    <message>
        <source>Edit the note …</source>
        <translation>编辑笔记…</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>End Mien</source>
        <translation>退出 Mien</translation>
    </message>
    <message>
        <source>End at the cursor</source>
        <translation>到光标处结束</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Esc, ? or a click closes this list</source>
        <translation>按 Esc、? 或单击可关闭此列表</translation>
    </message>
    <message>
        <source>Events and notes</source>
        <translation>事件和笔记</translation>
    </message>
    <message>
        <source>Everything stays on this machine, and nothing is ever sent anywhere. Recordings hold numbers; pictures only where you ask for a video.</source>
        <translation>一切都留在本机，绝不会向任何地方发送任何内容。录制内容只有数字；仅在您要求录制视频时才有图像。</translation>
    </message>
    <message>
        <source>Export span …</source>
        <translation>导出片段…</translation>
    </message>
    <message>
        <source>Export the span</source>
        <translation>导出片段</translation>
    </message>
    <message>
        <source>F&amp;aces</source>
        <translation>人脸(&amp;A)</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>人脸</translation>
    </message>
    <message>
        <source>Face cards</source>
        <translation>人脸卡片</translation>
    </message>
    <message>
        <source>Face {n}</source>
        <translation>人脸 {n}</translation>
    </message>
    <message>
        <source>Face {n}: look neutral</source>
        <translation>人脸 {n}：请保持中性表情</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>人脸</translation>
    </message>
    <message>
        <source>Fall of {emotion}</source>
        <translation>“{emotion}”的降幅</translation>
    </message>
    <message>
        <source>Fill the screen</source>
        <translation>铺满整个屏幕</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder for recordings</source>
        <translation>录制文件夹</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Follow the next face</source>
        <translation>跟随下一张人脸</translation>
    </message>
    <message>
        <source>Followed</source>
        <translation>跟随中</translation>
    </message>
    <message>
        <source>Forget the followed face&apos;s calibration</source>
        <translation>撤销所跟随人脸的校准</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Frame back</source>
        <translation>后退一帧</translation>
    </message>
    <message>
        <source>Frame on</source>
        <translation>前进一帧</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>帧率</translation>
    </message>
    <message>
        <source>Frames a second</source>
        <translation>每秒帧数</translation>
    </message>
    <message>
        <source>Frames dropped</source>
        <translation>丢帧</translation>
    </message>
    <message>
        <source>Frames left out because newer ones had come</source>
        <translation>因有更新的帧到来而略过的帧数</translation>
    </message>
    <message>
        <source>Frames read a second, over the last two seconds</source>
        <translation>最近两秒内平均每秒识别的帧数</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Go back by a second</source>
        <translation>后退一秒</translation>
    </message>
    <message>
        <source>Go on by a second</source>
        <translation>前进一秒</translation>
    </message>
    <message>
        <source>Go to the end</source>
        <translation>转到结尾</translation>
    </message>
    <message>
        <source>Go to the event or note before</source>
        <translation>转到上一个事件或笔记</translation>
    </message>
    <message>
        <source>Go to the frame before</source>
        <translation>转到上一帧</translation>
    </message>
    <message>
        <source>Go to the next event or note</source>
        <translation>转到下一个事件或笔记</translation>
    </message>
    <message>
        <source>Go to the next frame</source>
        <translation>转到下一帧</translation>
    </message>
    <message>
        <source>Go to the start</source>
        <translation>转到开头</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Groups of settings</source>
        <translation>设置分组</translation>
    </message>
    <message>
        <source>Hide the heat map again</source>
        <translation>重新隐藏热力图</translation>
    </message>
    <message>
        <source>Hold the timeline while reading goes on</source>
        <translation>停住时间线，识别继续进行</translation>
    </message>
    <message>
        <source>How far the nose is from the middle between the eyes: 0 looks straight ahead.</source>
        <translation>鼻子偏离两眼中点的距离：0 表示正对前方。</translation>
    </message>
    <message>
        <source>How long a face is asked to look neutral.</source>
        <translation>校准时需要保持中性表情的时间。</translation>
    </message>
    <message>
        <source>How much time the timeline shows at once.</source>
        <translation>时间线一次显示的时长。</translation>
    </message>
    <message>
        <source>I understand</source>
        <translation>我已了解</translation>
    </message>
    <message>
        <source>In the view, the cards and exported videos; a face that is not found stays visible. The readings stay the same. Key:&#xa0;B</source>
        <translation>用于画面、卡片和导出的视频；未检测到的人脸仍然可见。识别结果不变。快捷键：B</translation>
    </message>
    <message>
        <source>It is sometimes wrong. Its scores were measured on collections of pictures; with other faces, light and cameras it may be wrong more often, and more often for some people than for others.</source>
        <translation>它有时会出错。其准确率是在图片数据集上测得的；换了人脸、光线或摄像头，出错可能更多，而且对某些人可能比对其他人错得更多。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Keep an annotated video</source>
        <translation>保留带标注的视频</translation>
    </message>
    <message>
        <source>Key {key}</source>
        <translation>按键 {key}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Larger finds smaller faces and takes longer. Used from the next start of the camera.</source>
        <translation>越大越能发现较小的人脸，但耗时更长。下次启动摄像头时生效。</translation>
    </message>
    <message>
        <source>Least confidence</source>
        <translation>最低置信度</translation>
    </message>
    <message>
        <source>Leave the full screen, or close the message</source>
        <translation>退出全屏，或关闭消息</translation>
    </message>
    <message>
        <source>Less sharp than</source>
        <translation>清晰度低于</translation>
    </message>
    <message>
        <source>Let the span begin at the cursor</source>
        <translation>让片段从光标处开始</translation>
    </message>
    <message>
        <source>Let the span end at the cursor</source>
        <translation>让片段在光标处结束</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>List the keys</source>
        <translation>列出快捷键</translation>
    </message>
    <message>
        <source>Live view</source>
        <translation>实时画面</translation>
    </message>
    <message>
        <source>Loading the models …</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Longer is calmer, shorter follows faster. 0 shows every frame as it is.</source>
        <translation>时间越长越平稳，越短反应越快。0 表示逐帧如实显示。</translation>
    </message>
    <message>
        <source>Look neutral: {n} s left</source>
        <translation>请保持中性表情：还剩 {n} 秒</translation>
    </message>
    <message>
        <source>Look through a recording: numbers, video and notes</source>
        <translation>回看一次录制：数值、视频和笔记</translation>
    </message>
    <message>
        <source>Look through another recording</source>
        <translation>回看另一次录制</translation>
    </message>
    <message>
        <source>Looking for cameras …</source>
        <translation>正在查找摄像头…</translation>
    </message>
    <message>
        <source>Looking for {source} …</source>
        <translation>正在寻找 {source}…</translation>
    </message>
    <message>
        <source>Make faces unrecognisable</source>
        <translation>使人脸无法辨认</translation>
    </message>
    <message>
        <source>Make the faces unrecognisable in view</source>
        <translation>使画面中的人脸无法辨认</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Mark with a note …</source>
        <translation>添加带备注的标记…</translation>
    </message>
    <message>
        <source>Mark: {name}</source>
        <translation>标记：{name}</translation>
    </message>
    <message>
        <source>Marked {note} at {time}</source>
        <translation>已在 {time} 添加标记：{note}</translation>
    </message>
    <message>
        <source>Marked {time}</source>
        <translation>已标记 {time}</translation>
    </message>
    <message>
        <source>Marker</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Marker:</source>
        <translation>标记：</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Measure this face while it looks neutral, and correct what is read of it by that</source>
        <translation>在此人脸保持中性表情时进行测量，并据此修正其识别结果</translation>
    </message>
    <message>
        <source>Milliseconds a stage</source>
        <translation>各阶段毫秒数</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Mirror the camera</source>
        <translation>镜像显示摄像头画面</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Network runs on</source>
        <translation>神经网络运行于</translation>
    </message>
    <message>
        <source>Neutral baseline applied</source>
        <translation>已应用中性基准</translation>
    </message>
    <message>
        <source>Neutral calibration</source>
        <translation>中性校准</translation>
    </message>
    <message>
        <source>Next event</source>
        <translation>下一个事件</translation>
    </message>
    <message>
        <source>Next face</source>
        <translation>下一张人脸</translation>
    </message>
    <message>
        <source>No browser could be opened; the report is in {file}</source>
        <translation>无法打开浏览器；报告在 {file}</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>未找到摄像头</translation>
    </message>
    <message>
        <source>No face followed</source>
        <translation>未跟随人脸</translation>
    </message>
    <message>
        <source>No face in this session</source>
        <translation>此会话中没有人脸</translation>
    </message>
    <message>
        <source>No face to calibrate; look into the camera</source>
        <translation>没有可校准的人脸；请看向摄像头</translation>
    </message>
    <message>
        <source>No face to explain; look into the camera</source>
        <translation>没有可解释的人脸；请看向摄像头</translation>
    </message>
    <message>
        <source>No frame at this moment</source>
        <translation>此刻没有帧</translation>
    </message>
    <message>
        <source>No neutral baseline</source>
        <translation>无中性基准</translation>
    </message>
    <message>
        <source>No part alone decides on {emotion}</source>
        <translation>没有哪一处能单独决定“{emotion}”</translation>
    </message>
    <message>
        <source>No reading where the face is …</source>
        <translation>人脸符合以下情况时不予识别</translation>
    </message>
    <message>
        <source>No span</source>
        <translation>无片段</translation>
    </message>
    <message>
        <source>Not read</source>
        <translation>未读取</translation>
    </message>
    <message>
        <source>Not reading</source>
        <translation>未在识别</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>笔记</translation>
    </message>
    <message>
        <source>Note at {time}:</source>
        <translation>{time} 处的笔记：</translation>
    </message>
    <message>
        <source>Note of the marker</source>
        <translation>标记的备注</translation>
    </message>
    <message>
        <source>Nothing to calibrate; start a source first</source>
        <translation>没有可校准的人脸；请先开始识别</translation>
    </message>
    <message>
        <source>Nothing to mark; start a source first</source>
        <translation>没有可标记的内容；请先开始识别</translation>
    </message>
    <message>
        <source>Numbers at the cursor</source>
        <translation>光标处的数值</translation>
    </message>
    <message>
        <source>Of the window. Recorded files stay in English.</source>
        <translation>窗口的语言，录制的文件仍为英文。</translation>
    </message>
    <message>
        <source>On which the processor reads each frame, at most. Used from the next start.</source>
        <translation>处理器分析每一帧时最多使用的线程数。下次启动时生效。</translation>
    </message>
    <message>
        <source>Open &amp;URL …</source>
        <translation>打开网址(&amp;U)…</translation>
    </message>
    <message>
        <source>Open &amp;file …</source>
        <translation>打开文件(&amp;F)…</translation>
    </message>
    <message>
        <source>Open URL</source>
        <translation>打开网址</translation>
    </message>
    <message>
        <source>Open a folder of pictures</source>
        <translation>打开图片文件夹</translation>
    </message>
    <message>
        <source>Open a video or a picture</source>
        <translation>打开视频或图片</translation>
    </message>
    <message>
        <source>Open f&amp;older …</source>
        <translation>打开文件夹(&amp;O)…</translation>
    </message>
    <message>
        <source>Open the folder of a recording</source>
        <translation>打开录制的文件夹</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>Opening the video …</source>
        <translation>正在打开视频…</translation>
    </message>
    <message>
        <source>Opening {name} …</source>
        <translation>正在打开 {name}…</translation>
    </message>
    <message>
        <source>Opening {source} …</source>
        <translation>正在打开 {source}…</translation>
    </message>
    <message>
        <source>Other settings</source>
        <translation>设置已更改</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pause the timeline</source>
        <translation>暂停时间线</translation>
    </message>
    <message>
        <source>Paused, {time} behind</source>
        <translation>已暂停，落后 {time}</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Press Space to start, S to choose a source, or drop a video or a picture here</source>
        <translation>按空格键开始，按 S 选择来源，或将视频或图片拖放到此处</translation>
    </message>
    <message>
        <source>Previous event</source>
        <translation>上一个事件</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Provider failed</source>
        <translation>计算设备失效</translation>
    </message>
    <message>
        <source>Put a marker at this moment</source>
        <translation>在此刻添加标记</translation>
    </message>
    <message>
        <source>Put a marker with a note at this moment</source>
        <translation>在此刻添加带备注的标记</translation>
    </message>
    <message>
        <source>Quality good</source>
        <translation>质量良好</translation>
    </message>
    <message>
        <source>Re&amp;port</source>
        <translation>报告(&amp;P)</translation>
    </message>
    <message>
        <source>Re&amp;port …</source>
        <translation>报告(&amp;P)…</translation>
    </message>
    <message>
        <source>Read a folder of pictures</source>
        <translation>识别一个文件夹中的图片</translation>
    </message>
    <message>
        <source>Read a moving picture that comes with Mien</source>
        <translation>识别 Mien 自带的演示画面</translation>
    </message>
    <message>
        <source>Read a stream</source>
        <translation>识别视频流</translation>
    </message>
    <message>
        <source>Read a video or a picture</source>
        <translation>识别视频或图片</translation>
    </message>
    <message>
        <source>Read the notice of the first start again</source>
        <translation>重新阅读首次启动时的说明</translation>
    </message>
    <message>
        <source>Read this face without its neutral baseline again</source>
        <translation>恢复为不使用中性基准识别此人脸</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>识别中</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>识别</translation>
    </message>
    <message>
        <source>Reads facial expressions live, on this machine</source>
        <translation>在本机上实时识别面部表情</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Record the readings into a new folder</source>
        <translation>将识别结果录制到新文件夹</translation>
    </message>
    <message>
        <source>Recorded so far</source>
        <translation>已录制</translation>
    </message>
    <message>
        <source>Recorded {time} in {folder}</source>
        <translation>已录制 {time}，保存于 {folder}</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>录制</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Report of the recording in which folder?</source>
        <translation>为哪个文件夹中的录制生成报告？</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>代码仓库</translation>
    </message>
    <message>
        <source>Reset to defaults</source>
        <translation>恢复默认设置</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
    <message>
        <source>S&amp;pan</source>
        <translation>片段(&amp;P)</translation>
    </message>
    <message>
        <source>Second back</source>
        <translation>后退一秒</translation>
    </message>
    <message>
        <source>Second on</source>
        <translation>前进一秒</translation>
    </message>
    <message>
        <source>Set everything back to its default; this can be undone until the dialog is closed</source>
        <translation>将所有设置恢复为默认值；关闭对话框之前可以撤销</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Share of fine detail in the face: near 0 is a blur. Raise it to leave out more.</source>
        <translation>人脸中精细细节的比例：接近 0 即为模糊。调高则排除更多人脸。</translation>
    </message>
    <message>
        <source>Show a card for each face</source>
        <translation>为每张人脸显示一张卡片</translation>
    </message>
    <message>
        <source>Show a longer part of the session</source>
        <translation>显示会话中更长的一段</translation>
    </message>
    <message>
        <source>Show a shorter part of the session</source>
        <translation>显示会话中更短的一段</translation>
    </message>
    <message>
        <source>Show how much each part of the face matters: the fall in probability without it</source>
        <translation>显示面部各处的重要程度：遮住该处后概率的降幅</translation>
    </message>
    <message>
        <source>Show it as a mirror would. What is recorded does not change. Key:&#xa0;Ctrl+M</source>
        <translation>像照镜子一样显示，不影响录制内容。快捷键：Ctrl+M</translation>
    </message>
    <message>
        <source>Show the attended region</source>
        <translation>显示关注区域</translation>
    </message>
    <message>
        <source>Show the camera as a mirror would</source>
        <translation>像照镜子一样显示摄像头画面</translation>
    </message>
    <message>
        <source>Show the face cards</source>
        <translation>显示人脸卡片</translation>
    </message>
    <message>
        <source>Show the followed face&apos;s emotions over time</source>
        <translation>显示所跟随人脸的情绪随时间的变化</translation>
    </message>
    <message>
        <source>Show the next face</source>
        <translation>显示下一张人脸</translation>
    </message>
    <message>
        <source>Show the report of the last recording in the browser, or of one that you choose</source>
        <translation>在浏览器中显示最近一次录制的报告，或您选择的录制的报告</translation>
    </message>
    <message>
        <source>Show the report of this recording in the browser</source>
        <translation>在浏览器中显示此录制的报告</translation>
    </message>
    <message>
        <source>Show the timeline</source>
        <translation>显示时间线</translation>
    </message>
    <message>
        <source>Show the whole session</source>
        <translation>显示整个会话</translation>
    </message>
    <message>
        <source>Show this face in the timeline, and mark it</source>
        <translation>在时间线中显示此人脸，并突出显示</translation>
    </message>
    <message>
        <source>Show what made the followed face&apos;s emotion likely</source>
        <translation>显示所跟随人脸的情绪判断依据</translation>
    </message>
    <message>
        <source>Show where the network looked</source>
        <translation>显示神经网络关注的位置</translation>
    </message>
    <message>
        <source>Smaller than</source>
        <translation>小于</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Something went wrong in Mien itself; what was recorded up to now is safe, and this report helps to find the fault.</source>
        <translation>Mien 自身出现了问题；此前录制的内容安全无损，以下报告有助于查找原因。</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Source lost</source>
        <translation>来源已断开</translation>
    </message>
    <message>
        <source>Source: {source}</source>
        <translation>来源：{source}</translation>
    </message>
    <message>
        <source>Space plays it again</source>
        <translation>按空格键重新播放</translation>
    </message>
    <message>
        <source>Space starts again</source>
        <translation>按空格键重新开始</translation>
    </message>
    <message>
        <source>Space tries again; S chooses another source</source>
        <translation>按空格键重试；按 S 选择其他来源</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start reading</source>
        <translation>开始识别</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop measuring the neutral baseline</source>
        <translation>停止测量中性基准</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>停止识别</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Take the followed face&apos;s look of the next seconds as neutral</source>
        <translation>将所跟随人脸接下来几秒的神态作为中性基准</translation>
    </message>
    <message>
        <source>Tell versions, models and licence</source>
        <translation>查看版本、模型和许可证</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Text of the note</source>
        <translation>笔记的文字</translation>
    </message>
    <message>
        <source>The chosen span: Shift and drag in the timeline, or the keys I and O</source>
        <translation>所选片段：在时间线中按住 Shift 拖动，或按 I 和 O 键</translation>
    </message>
    <message>
        <source>The colours of the window.</source>
        <translation>窗口的配色。</translation>
    </message>
    <message>
        <source>The end of {source}</source>
        <translation>{source} 已结束</translation>
    </message>
    <message>
        <source>The face is away</source>
        <translation>人脸已离开画面</translation>
    </message>
    <message>
        <source>The face is not in this frame</source>
        <translation>此帧中没有这张人脸</translation>
    </message>
    <message>
        <source>The face that the numbers and the timeline are of</source>
        <translation>数值和时间线所属的人脸</translation>
    </message>
    <message>
        <source>The followed face&apos;s probabilities over time. Key:&#xa0;T</source>
        <translation>所跟随人脸的概率随时间的变化。快捷键：T</translation>
    </message>
    <message>
        <source>The frame around the part of the face that the network looked at. Key:&#xa0;A</source>
        <translation>用方框标出神经网络所关注的面部区域。快捷键：A</translation>
    </message>
    <message>
        <source>The name of what key {key} marks</source>
        <translation>按键 {key} 所标记内容的名称</translation>
    </message>
    <message>
        <source>The panel with each face&apos;s probabilities. Key:&#xa0;F</source>
        <translation>显示每张人脸各项概率的面板。快捷键：F</translation>
    </message>
    <message>
        <source>The report is in {file}</source>
        <translation>报告在 {file}</translation>
    </message>
    <message>
        <source>The video has no picture of this moment</source>
        <translation>视频中没有此刻的画面</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>This recording was cut short, or still goes on; open it again for the rest</source>
        <translation>此录制被中断，或仍在进行；重新打开可查看其余部分</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Timeline&apos;s span</source>
        <translation>时间线跨度</translation>
    </message>
    <message>
        <source>Turned further than</source>
        <translation>偏转大于</translation>
    </message>
    <message>
        <source>UTC</source>
        <translation>UTC</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo calibration</source>
        <translation>撤销校准</translation>
    </message>
    <message>
        <source>Undo reset</source>
        <translation>撤销重置</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Waiting for frames</source>
        <translation>等待画面</translation>
    </message>
    <message>
        <source>Waiting for frames …</source>
        <translation>正在等待画面…</translation>
    </message>
    <message>
        <source>Waiting for the first frame …</source>
        <translation>正在等待第一帧…</translation>
    </message>
    <message>
        <source>What</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>What Mien is doing</source>
        <translation>Mien 正在做什么</translation>
    </message>
    <message>
        <source>What is in sight of the timeline</source>
        <translation>时间线的可见部分</translation>
    </message>
    <message>
        <source>What the camera is asked for; it may give less. Used from the next start of the camera.</source>
        <translation>向摄像头请求的帧率，实际可能更低。下次启动摄像头时生效。</translation>
    </message>
    <message>
        <source>What to keep in mind</source>
        <translation>使用须知</translation>
    </message>
    <message>
        <source>What was read of the face</source>
        <translation>人脸的读数</translation>
    </message>
    <message>
        <source>Where the network runs</source>
        <translation>神经网络在何处运行</translation>
    </message>
    <message>
        <source>While a source is read, a key from 1 to 9 marks the moment with its name here.</source>
        <translation>识别过程中，按数字键 1 至 9 即可用此处的名称标记当前时刻。</translation>
    </message>
    <message>
        <source>Whole session</source>
        <translation>整个会话</translation>
    </message>
    <message>
        <source>Why this emotion?</source>
        <translation>为何是这种情绪？</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>Width or height of the face in the camera&apos;s picture.</source>
        <translation>人脸在摄像头画面中的宽度或高度。</translation>
    </message>
    <message>
        <source>Write a note on the moment at the cursor</source>
        <translation>为光标所在时刻写笔记</translation>
    </message>
    <message>
        <source>Write the rows of the chosen span into a CSV file</source>
        <translation>把所选片段的行写入 CSV 文件</translation>
    </message>
    <message>
        <source>Writing the report of {name} …</source>
        <translation>正在生成 {name} 的报告…</translation>
    </message>
    <message>
        <source>Writing {file} …</source>
        <translation>正在写入 {file}…</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>anger</source>
        <translation>愤怒</translation>
    </message>
    <message>
        <source>away</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>模糊</translation>
    </message>
    <message>
        <source>cannot be read well</source>
        <translation>难以可靠识别</translation>
    </message>
    <message>
        <source>classify</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>contempt</source>
        <translation>轻蔑</translation>
    </message>
    <message>
        <source>crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>detect</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>disgust</source>
        <translation>厌恶</translation>
    </message>
    <message>
        <source>eye distances</source>
        <translation>倍眼距</translation>
    </message>
    <message>
        <source>fear</source>
        <translation>恐惧</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>本帧</translation>
    </message>
    <message>
        <source>frames/s</source>
        <translation>帧/秒</translation>
    </message>
    <message>
        <source>happiness</source>
        <translation>高兴</translation>
    </message>
    <message>
        <source>low confidence</source>
        <translation>置信度低</translation>
    </message>
    <message>
        <source>low confidence, {percent}</source>
        <translation>置信度低，{percent}</translation>
    </message>
    <message>
        <source>neutral</source>
        <translation>中性</translation>
    </message>
    <message>
        <source>no name</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none at this moment</source>
        <translation>此刻没有</translation>
    </message>
    <message>
        <source>not in view</source>
        <translation>不在画面中</translation>
    </message>
    <message>
        <source>not loaded yet</source>
        <translation>尚未加载</translation>
    </message>
    <message>
        <source>of 255</source>
        <translation>/ 255</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>sadness</source>
        <translation>悲伤</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>平滑后</translation>
    </message>
    <message>
        <source>surprise</source>
        <translation>惊讶</translation>
    </message>
    <message>
        <source>this frame</source>
        <translation>当前帧</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>太亮</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>太暗</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>太小</translation>
    </message>
    <message>
        <source>track</source>
        <translation>跟踪</translation>
    </message>
    <message>
        <source>turned away</source>
        <translation>偏转过大</translation>
    </message>
    <message>
        <source>uncertain</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>{emotion}: {why}</source>
        <translation>{emotion}：{why}</translation>
    </message>
    <message>
        <source>{folder}: not a folder; nothing was changed</source>
        <translation>{folder}：不是文件夹；未作更改</translation>
    </message>
    <message>
        <source>{folder}: not a full path; nothing was changed</source>
        <translation>{folder}：不是完整路径；未作更改</translation>
    </message>
    <message>
        <source>{name} – Mien</source>
        <translation>{name} – Mien</translation>
    </message>
    <message>
        <source>{n} dropped</source>
        <translation>丢弃 {n} 帧</translation>
    </message>
    <message>
        <source>{n} points</source>
        <translation>{n} 个百分点</translation>
    </message>
    <message>
        <source>{rate:.1f} frames/s</source>
        <translation>{rate:.1f} 帧/秒</translation>
    </message>
    <message>
        <source>{rows} rows</source>
        <translation>{rows} 行</translation>
    </message>
    <message>
        <source>{rows} rows written to {file}</source>
        <translation>已将 {rows} 行写入 {file}</translation>
    </message>
    <message>
        <source>{said}; choose another ({key})</source>
        <translation>{said}；选择其他来源 ({key})</translation>
    </message>
    <message>
        <source>{start} – {end} ({seconds} s)</source>
        <translation>{start} – {end}（{seconds} 秒）</translation>
    </message>
</context>
</TS>
